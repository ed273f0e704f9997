import { expect, it } from "vitest";
import { changeSentence, changeWords } from "./change-words";

it("says what changed, in short and as a sentence", () => {
  const changes = { added: 1_200, updated: 3, deleted: 0, new_columns: ["Region"] };
  expect(changeWords(changes)).toBe("+1,200 ~3 1 new column");
  expect(changeSentence(changes)).toBe("1,200 added, 3 updated, 0 deleted; new columns: Region");
  expect(changeWords({ added: 0, updated: 0, deleted: 0, new_columns: [] })).toBe("Nothing");
});
