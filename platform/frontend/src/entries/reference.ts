// Tries an operation of the API from its page.
import { startTrying } from "../pages/reference";

startTrying();
