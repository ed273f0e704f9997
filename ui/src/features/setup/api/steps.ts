import type { ConnectorKind } from "@/ipc/generated/ConnectorKind";

/** Steps of the wizard. They are kept in drafts, so their names stay. */
export const steps = ["setup", "test", "data", "destination", "review"] as const;
export type Step = (typeof steps)[number];

/** What steps are called. */
export const stepWords: Record<Step, string> = {
  setup: "Set up",
  test: "Test",
  data: "Choose data",
  destination: "Destination and schedule",
  review: "Review",
};

/** The steps of an integration, or of a destination. */
export function stepsOf(kind: ConnectorKind): readonly Step[] {
  return kind === "extractor" ? steps : ["setup", "test", "review"];
}

/** The step a draft was left at; the first when it names none of this kind. */
export function readStep(kind: ConnectorKind, step: string): Step {
  return stepsOf(kind).find((one) => one === step) ?? "setup";
}
