import { openGraphSession } from "../../adapters/graph-session.ts";
import { checkInferenceSession } from "../contract/inference-session.ts";

checkInferenceSession("openGraphSession()", openGraphSession);
