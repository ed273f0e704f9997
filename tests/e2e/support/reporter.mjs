// Says how each journey went, and at the end the one line that `scripts/test` repeats.
import { writeFileSync } from "node:fs";

export default async function* report(events) {
  let passed = 0;
  let failed = 0;
  for await (const { type, data } of events) {
    if (type === "test:pass" && data.details.type !== "suite") {
      passed += 1;
      yield `passed  ${data.name} (${Math.round(data.details.duration_ms / 100) / 10} s)\n`;
    } else if (type === "test:fail" && data.details.type !== "suite") {
      failed += 1;
      const { error } = data.details;
      yield `FAILED  ${data.name}\n${error?.cause?.stack ?? error?.stack ?? error}\n`;
    } else if (type === "test:stderr" || type === "test:stdout") {
      yield data.message;
    }
  }
  const summary = `e2e: ${passed} passed, ${failed} failed\n`;
  writeFileSync(process.env.TRIBUTARY_E2E_SUMMARY ?? "/dev/null", summary);
  yield summary;
}
