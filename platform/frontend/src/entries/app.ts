// What every page brings: htmx, its event streams, and nothing that would need `unsafe-inline`.
import htmx from "htmx.org";
import "htmx-ext-sse";
import { startClocks } from "../pages/clock";
import { startFileFields } from "../pages/files";

// The content security policy forbids both; asking htmx not to try keeps the console clean.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;

startClocks();
startFileFields();
