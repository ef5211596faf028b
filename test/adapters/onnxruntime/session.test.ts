import { openOnnxSession } from "../../../adapters/onnxruntime/session.ts";
import { checkInferenceSession } from "../../contract/inference-session.ts";

checkInferenceSession("openOnnxSession()", openOnnxSession);
