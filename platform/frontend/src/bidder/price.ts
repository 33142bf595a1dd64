// What the opening would refuse about a price, said while it can still be mended.

import { PRICE } from "../sealing/terms";
import { Trouble } from "./events";

const DECIMALS = 6;

/** Throws Trouble. */
export function checkPrice(price: string, ceiling: string | null): void {
  if (!PRICE.test(price)) throw new Trouble("price-form");
  if (ceiling !== null && scaled(price) > scaled(ceiling))
    throw new Trouble("above-ceiling", { ceiling });
}

/** In millionths, so that no rounding decides. */
function scaled(price: string): bigint {
  const [whole = "0", decimals = ""] = price.split(".");
  return BigInt(whole + decimals.padEnd(DECIMALS, "0"));
}
