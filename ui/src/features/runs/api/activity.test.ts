import { expect, it } from "vitest";
import { makeRun } from "@/ipc/fake/builders";
import { openFailures } from "./activity";

const runs = [
  makeRun({ integration: "a", status: "running" }),
  makeRun({ integration: "b", status: "succeeded" }),
  makeRun({ integration: "a", status: "failed" }),
  makeRun({ integration: "b", status: "failed" }),
  makeRun({ integration: "c", status: "interrupted" }),
];

it("finds what is still broken: a later success mends it, a sync at work does not yet", () => {
  expect(openFailures(runs).map(({ integration }) => integration)).toEqual(["a"]);
});
