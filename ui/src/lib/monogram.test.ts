import { expect, it } from "vitest";
import { monogram, tintOf } from "./monogram";

it.each([
  ["Salesforce", "Sa"],
  ["Google Sheets", "GS"],
  ["tap-zendesk", "TZ"],
  ["x", "X"],
  ["", "?"],
  ["😀 emoji", "😀E"],
])("%s is %s", (name, letters) => expect(monogram(name)).toBe(letters));

it("gives a name the same tint each time, inside the range", () => {
  expect(tintOf("Salesforce", 7)).toBe(tintOf("Salesforce", 7));
  for (const name of ["", "a", "Zendesk", "😀"]) expect(tintOf(name, 7)).toBeLessThan(7);
});
