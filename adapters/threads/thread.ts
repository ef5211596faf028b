import { works } from "../../core/learn/works.ts";
import { takeCalls } from "./take-calls.ts";

/** What each of the other threads runs. */
takeCalls(works);
