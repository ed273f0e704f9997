import { useQuery } from "@tanstack/react-query";
import { Wrench } from "lucide-react";
import { Status } from "@/components/status";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { usePreparation, usePrepareEngine } from "@/features/engine/api/use-prepare-engine";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";
import type { Connector } from "@/ipc/generated/Connector";
import type { EngineStatus } from "@/ipc/generated/EngineStatus";
import { connectorsQuery, engineQuery, engineSizeQuery } from "@/ipc/queries";
import { formatBytes } from "@/lib/format";
import { environmentName, environmentWords } from "@/components/engine-words";

/** The engine's parts and how they are, with the button that mends them. */
export function EngineSection() {
  const transport = useTransport();
  const engine = useQuery(engineQuery(transport));
  const size = useQuery(engineSizeQuery(transport));
  const { data: connectors = [] } = useQuery(connectorsQuery(transport));
  const prepare = usePrepareEngine();
  const preparation = usePreparation();
  const working = preparation.state === "working";
  if (engine.isPending) {
    return (
      <div className="space-y-3 p-4" role="status" aria-label="Looking at the engine">
        <Skeleton className="h-4 w-3/5" />
        <Skeleton className="h-4 w-2/5" />
      </div>
    );
  }
  if (engine.isError) {
    const { message, hint } = toApiError(engine.error);
    return (
      <div role="alert" className="flex items-center gap-4 p-4">
        <p className="flex-1 selectable text-ink-2">
          {message} {hint}
        </p>
        <Button size="small" busy={engine.isFetching} onClick={() => void engine.refetch()}>
          Try again
        </Button>
      </div>
    );
  }
  return (
    <>
      <div className="flex flex-wrap items-center gap-4 px-4 py-3.5">
        <div className="min-w-60 flex-1">
          <p className="font-medium">
            {engine.data.ready ? "Everything is ready" : "Not ready yet"}
          </p>
          <p className="text-small text-ink-2">
            The engine brings your data in. It lives inside Tributary&rsquo;s own folder and changes
            nothing else on this computer.{" "}
            {size.data !== undefined && <>It takes {formatBytes(size.data)} there.</>}
          </p>
        </div>
        <Button
          kind={engine.data.ready ? "secondary" : "primary"}
          busy={working}
          icon={<Wrench className="size-4" aria-hidden />}
          onClick={() => prepare.mutate(isMissingParts(engine.data) ? "prepare" : "repair")}
        >
          {actionWords(engine.data, working)}
        </Button>
      </div>
      <ul aria-label="Parts of the engine" className="border-t border-line">
        {engine.data.environments.map((environment) => (
          <li
            key={environment.name}
            className="flex items-center gap-4 border-b border-line px-4 py-2.5 last:border-b-0"
          >
            <div className="min-w-0 flex-1">
              <p className="truncate">
                {partName(environment.name, connectors)}{" "}
                {environment.version !== null && (
                  <span className="text-small text-ink-3">{environment.version}</span>
                )}
              </p>
              {environment.detail !== null && (
                <p className="selectable text-small text-ink-3">{environment.detail}</p>
              )}
            </div>
            <Status words={environmentWords[environment.state]} className="text-small" />
          </li>
        ))}
      </ul>
    </>
  );
}

/** What people call a part: a connector by its name, not by that of its program. */
function partName(name: string, connectors: readonly Connector[]): string {
  const connector = connectors.find(({ plugin }) => plugin === name);
  if (!connector) return environmentName(name);
  return connector.kind === "loader" ? `${connector.label} (destination)` : connector.label;
}

function actionWords(engine: EngineStatus, working: boolean): string {
  if (working) return "Preparing";
  return isMissingParts(engine) ? "Prepare" : "Repair";
}

function isMissingParts(engine: EngineStatus): boolean {
  return engine.environments.some(({ state }) => state === "missing");
}
