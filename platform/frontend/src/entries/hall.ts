// The opening hall, and its big screen.
import { openHall } from "../pages/hall";

openHall();
