import { MltError } from "../errors.ts";

/** A model that was made and scored, and does not go in place: the one before it is kept. */
export class NotGoodEnough extends MltError {
  override readonly name = "NotGoodEnough";
}
