import { useQuery } from "@tanstack/react-query";
import { useTransport } from "@/ipc/context";
import { Confirm } from "@/components/ui/confirm";
import { repeatedSentence } from "@/components/sync-words";
import type { Integration } from "@/ipc/generated/Integration";
import { useResetState, useStartRun } from "@/ipc/mutations";
import { destinationsQuery } from "@/ipc/queries";

interface ResyncDialogProps {
  integration: Integration;
  /** One stream; `null`: all of them. */
  stream: string | null;
  /** Syncs at once, without forgetting first what is known: it is forgotten when the sync succeeds. */
  now?: boolean;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Asks before something is brought in again from the start, and says what that means. */
export function ResyncDialog({
  integration,
  stream,
  now = false,
  open,
  onOpenChange,
}: ResyncDialogProps) {
  const reset = useResetState();
  const start = useStartRun();
  const { data: destinations } = useQuery(destinationsQuery(useTransport()));
  const destination = destinations?.find(({ id }) => id === integration.destination);
  const what = stream === null ? "everything" : `“${stream}”`;
  const done = { onSuccess: () => onOpenChange(false) };
  const confirm = () => {
    if (now) start.mutate({ id: integration.id, fullRefresh: true }, done);
    else {
      reset.mutate({ id: integration.id, streams: stream === null ? null : [stream] }, done);
    }
  };
  return (
    <Confirm
      open={open}
      onOpenChange={onOpenChange}
      title={`Bring in ${what} again from the start?`}
      action={now ? "Sync from the start" : "Bring in again"}
      busy={reset.isPending || start.isPending}
      onConfirm={confirm}
    >
      <ul className="list-disc space-y-1 pl-5">
        <li>
          {now
            ? "A sync begins now and reads every row at the source again, not only new and changed ones."
            : `Tributary forgets up to where ${stream === null ? "all streams were" : "it was"} brought in. The next sync reads every row at the source again.`}
        </li>
        <li>{repeatedSentence(destination)}</li>
        <li>
          It may take as long as the first sync did, and use up as many requests at the source.
        </li>
      </ul>
    </Confirm>
  );
}
