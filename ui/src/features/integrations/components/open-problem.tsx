import { Link, useRouter } from "@tanstack/react-router";
import { Wrench } from "lucide-react";
import { useState } from "react";
import { ProblemCard } from "@/components/problem-card";
import { Button } from "@/components/ui/button";
import type { Integration } from "@/ipc/generated/Integration";
import type { Problem } from "@/ipc/generated/Problem";
import { TestDialog } from "./test-dialog";

/** What is said where a test failed and no run did. */
const untold: Problem = {
  code: "unknown",
  title: "The last connection test found a problem",
  explanation: "Until it is mended, new data may not arrive.",
  meaning: "",
  details: null,
  hint: "Test the connection again to see what it is.",
  until: null,
  fix: { route: "", action: "sync_again", setting: null },
};

/** What is wrong now, with the way to where it is mended. */
export function OpenProblem({ integration }: { integration: Integration }) {
  const [testing, setTesting] = useState(false);
  const router = useRouter();
  const run = integration.last_run;
  const problem = run?.problem ?? integration.schedule_state?.paused_because ?? untold;
  return (
    <>
      <ProblemCard
        problem={problem}
        actions={
          <>
            {problem.fix.route !== "" && (
              <Button
                size="small"
                kind="primary"
                icon={<Wrench className="size-3.5" aria-hidden />}
                onClick={() => router.history.push(problem.fix.route)}
              >
                Fix
              </Button>
            )}
            <Button size="small" onClick={() => setTesting(true)}>
              Test connection
            </Button>
            {run && (
              <Link
                to="/integrations/$id/runs/$run"
                params={{ id: integration.id, run: run.id }}
                className="inline-flex h-7 items-center rounded-control px-2.5 text-small font-medium text-ink-2 hover:bg-hover hover:text-ink"
              >
                Look at the sync
              </Link>
            )}
          </>
        }
      />
      {testing && <TestDialog integration={integration} onClose={() => setTesting(false)} />}
    </>
  );
}
