import { describe, expect, test } from "bun:test";
import { nearest } from "../../core/nearest.ts";

const keys = ["host", "port", "max_rows", "test_size", "description"];

describe("nearest()", () => {
  // Edits, by hand: prot -> port swaps ro; hots swaps st; testsize lacks "_"; max_row lacks "s".
  test.each([
    ["prot", "port"],
    ["hots", "host"],
    ["testSize", "test_size"],
    ["max-rows", "max_rows"],
    ["max_row", "max_rows"],
    ["decsription", "description"],
    ["PORT", "port"],
    ["port", "port"],
  ])("finds what %p meant", (name, expected) => {
    expect(nearest(name, keys)).toBe(expected);
  });

  test.each(["", "x", "banana", "po", "rows", "ports_of_call", "x".repeat(100_000)])(
    "returns undefined for %p, which is close to nothing",
    (name) => {
      expect(nearest(name, keys)).toBeUndefined();
    },
  );

  test("allows one edit in three characters", () => {
    // kitten -> sitting is 3 edits of 7 characters (2 allowed); kittens -> sittens is 1.
    expect(nearest("kitten", ["sitting"])).toBeUndefined();
    expect(nearest("kittens", ["sittens"])).toBe("sittens");
  });

  test("never offers a name that shares no character", () => {
    expect(nearest("a", ["b"])).toBeUndefined();
    expect(nearest("ab", ["cd"])).toBeUndefined();
  });

  test("takes the nearest, and of equals the first", () => {
    expect(nearest("trains", ["strain", "train"])).toBe("train");
    expect(nearest("bat", ["cat", "hat"])).toBe("cat");
  });

  test("returns undefined without candidates", () => {
    expect(nearest("port", [])).toBeUndefined();
  });
});
