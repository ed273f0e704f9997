import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";
import type { Integration } from "@/ipc/generated/Integration";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";
import type { TestId } from "@/ipc/generated/TestId";
import type { TestReport } from "@/ipc/generated/TestReport";

/** What a test found, in a sentence. */
export interface Verdict {
  state: "passed" | "failed";
  words: string;
}

/** Tests connections one after the other, until all are tested or it is stopped. */
export function useTestConnections(integrations: readonly Integration[]) {
  const transport = useTransport();
  const client = useQueryClient();
  const [verdicts, setVerdicts] = useState<ReadonlyMap<IntegrationId, Verdict>>(new Map());
  const round = useRef(0);
  const current = useRef<TestId | null>(null);

  const start = useCallback(() => {
    round.current += 1;
    const mine = round.current;
    const testAll = async () => {
      for (const { id } of integrations) {
        if (round.current !== mine) return;
        const test = crypto.randomUUID();
        current.current = test;
        const verdict = await transport
          .invoke("test_connection", { subject: { subject: "integration", id }, test })
          .then(verdictOf, (error: unknown) => {
            const { message, hint } = toApiError(error);
            return { state: "failed" as const, words: `${message} ${hint}`.trim() };
          });
        if (round.current !== mine) return;
        current.current = null;
        setVerdicts((known) => new Map(known).set(id, verdict));
      }
      void client.invalidateQueries({ queryKey: ["integrations"] });
      void client.invalidateQueries({ queryKey: ["integration"] });
    };
    void testAll();
  }, [client, integrations, transport]);

  const stop = useCallback(() => {
    round.current += 1;
    const test = current.current;
    current.current = null;
    if (test !== null) transport.invoke("cancel_test", { test }).catch(() => undefined);
    void client.invalidateQueries({ queryKey: ["integrations"] });
  }, [client, transport]);

  return { verdicts, start, stop };
}

function verdictOf(report: TestReport): Verdict {
  if (report.ok) return { state: "passed", words: "Everything works." };
  const failed = report.checks.find(({ status }) => status === "failed");
  const words = report.problem
    ? `${report.problem.title}. ${report.problem.hint}`
    : (failed?.message ?? "The test found a problem.");
  return { state: "failed", words };
}
