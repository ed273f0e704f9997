import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import {
  ArchiveRestore,
  Bell,
  ChartNoAxesColumn,
  Check,
  ChevronRight,
  CirclePause,
  TriangleAlert,
} from "lucide-react";
import { useState } from "react";
import { Card } from "@/components/page";
import { RelativeTime } from "@/components/relative-time";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { NOTICES, useSeeing } from "@/features/notices/api/use-unseen";
import { kindWords } from "@/features/notices/api/words";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";
import type { Notice } from "@/ipc/generated/Notice";
import type { NoticeKind } from "@/ipc/generated/NoticeKind";
import { noticesQuery } from "@/ipc/queries";
import { formatNumber, plural } from "@/lib/format";

/** How many new ones are shown at first. */
const FEW = 3;

/** What was notified, kept in the app. Each leads to where more is said or done. */
export function Notices() {
  const notices = useQuery(noticesQuery(useTransport(), NOTICES));
  return (
    <section aria-label="Notices" className="shrink-0">
      <h2 className="mb-2 text-small font-semibold text-ink-2">Notices</h2>
      <Card className="overflow-hidden">
        {notices.isPending ? (
          <NoticeSkeletons />
        ) : notices.isError && notices.data === undefined ? (
          <NotRead
            error={notices.error}
            busy={notices.isFetching}
            onRetry={() => void notices.refetch()}
          />
        ) : notices.data.length === 0 ? (
          <p className="flex items-center gap-3 px-4 py-3.5 text-small text-ink-2">
            <Bell className="size-4 shrink-0 text-ink-3" aria-hidden />
            What you are notified of is kept here, for instance that a sync failed.
          </p>
        ) : (
          <List notices={notices.data} />
        )}
      </Card>
    </section>
  );
}

function NoticeSkeletons() {
  return (
    <div role="status" aria-label="Loading the notices">
      {Array.from({ length: 2 }, (_, index) => (
        <div key={index} className="flex h-[3.75rem] items-center gap-3 border-b border-line px-4">
          <Skeleton className="size-4" />
          <div className="flex-1 space-y-2">
            <Skeleton className="h-3.5 w-2/5" />
            <Skeleton className="h-3 w-3/5" />
          </div>
        </div>
      ))}
    </div>
  );
}

interface NotReadProps {
  error: unknown;
  busy: boolean;
  onRetry: () => void;
}

function NotRead({ error, busy, onRetry }: NotReadProps) {
  const { message, hint } = toApiError(error);
  return (
    <div role="alert" className="flex items-center gap-4 px-4 py-3">
      <p className="flex-1 selectable text-small text-ink-2">
        {message} {hint}
      </p>
      <Button size="small" busy={busy} onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}

function List({ notices }: { notices: readonly Notice[] }) {
  const [all, setAll] = useState(false);
  const fresh = useSeeing(notices);
  // What was seen before is one press away: this page is about the syncs below.
  const shown = all ? notices : notices.filter(({ id }) => fresh.has(id)).slice(0, FEW);
  const more = notices.length > shown.length;
  return (
    <>
      {shown.length > 0 && (
        <ul
          aria-label={all ? "All notices" : "New notices"}
          // With the keyboard, the focus scrolls what is out of sight.
          className="max-h-72 scroll-area"
        >
          {shown.map((notice) => (
            <Entry key={notice.id} notice={notice} fresh={fresh.has(notice.id)} />
          ))}
        </ul>
      )}
      {(more || all) && (
        <div
          className={`flex items-center gap-3 py-1.5 pr-2 pl-4 ${shown.length > 0 ? "border-t border-line" : ""}`}
        >
          <p className="flex-1 truncate text-small text-ink-2">
            {shown.length === 0 && `Nothing new. ${plural(notices.length, "notice")} before.`}
          </p>
          <Button size="small" kind="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? "Show fewer" : `Show all ${formatNumber(notices.length)}`}
          </Button>
        </div>
      )}
    </>
  );
}

const signs: Record<NoticeKind, { icon: typeof Bell; colour: string }> = {
  failure: { icon: TriangleAlert, colour: "text-attention" },
  recovery: { icon: Check, colour: "text-ok" },
  paused_itself: { icon: CirclePause, colour: "text-attention" },
  summary: { icon: ChartNoAxesColumn, colour: "text-ink-3" },
  restored: { icon: ArchiveRestore, colour: "text-ink-3" },
};

function Entry({ notice, fresh }: { notice: Notice; fresh: boolean }) {
  const router = useRouter();
  const { icon: Icon, colour } = signs[notice.kind];
  return (
    <li className="border-b border-line last:border-b-0">
      <a
        href={router.history.createHref(notice.route)}
        onClick={(event) => {
          event.preventDefault();
          router.history.push(notice.route);
        }}
        className="flex items-start gap-3 px-4 py-2.5 hover:bg-hover focus-visible:-outline-offset-2"
      >
        <Icon className={`mt-0.5 size-4 shrink-0 ${colour}`} strokeWidth={2.25} aria-hidden />
        <span className="min-w-0 flex-1">
          <span className="sr-only">
            {fresh && "New. "}
            {kindWords[notice.kind]}:{" "}
          </span>
          <span className={`block truncate ${fresh ? "font-semibold" : "font-medium"}`}>
            {notice.title}
          </span>
          <span className="line-clamp-2 text-small wrap-anywhere text-ink-2">{notice.body}</span>
        </span>
        <span className="flex shrink-0 items-center gap-2 pt-px text-small text-ink-2">
          {fresh && <span aria-hidden className="size-2 rounded-full bg-accent" />}
          <RelativeTime time={notice.at} />
        </span>
        <ChevronRight className="mt-0.5 size-4 shrink-0 text-ink-3" aria-hidden />
      </a>
    </li>
  );
}
