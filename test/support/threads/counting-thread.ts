import { takeCalls } from "../../../adapters/threads/take-calls.ts";
import { countWork, meetWork } from "./count-work.ts";

takeCalls({ [countWork.name]: countWork.prepare, [meetWork.name]: meetWork.prepare });
