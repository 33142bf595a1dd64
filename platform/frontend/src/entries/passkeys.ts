// Pages on which somebody adds a passkey or signs in with one.
import { startPasskeys } from "../pages/passkeys";

startPasskeys();
