import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTransport } from "@/ipc/context";
import type { Notice } from "@/ipc/generated/Notice";
import { useSeeNotices } from "@/ipc/mutations";
import { noticesQuery } from "@/ipc/queries";

/** How many notices are asked for. */
export const NOTICES = 100;
/** How long notices have to be in sight before they count as seen, in milliseconds. */
const LOOK = 1_000;

/** How many notices nobody has seen. */
export function useUnseen(): number {
  const { data } = useQuery(noticesQuery(useTransport(), NOTICES));
  return data?.filter(({ seen }) => !seen).length ?? 0;
}

/**
 * Takes note that these were seen, once they were looked at for a moment. Answers which were new: they stay marked until
 * the page is left.
 */
export function useSeeing(notices: readonly Notice[]): ReadonlySet<number> {
  const { mutate } = useSeeNotices();
  const [fresh, setFresh] = useState<ReadonlySet<number>>(() => new Set());
  const asked = useRef(0);
  const unseen = notices.filter(({ seen }) => !seen).map(({ id }) => id);
  const newest = Math.max(0, ...unseen);
  const key = unseen.join();
  if (unseen.some((id) => !fresh.has(id))) setFresh(new Set([...fresh, ...unseen]));
  useEffect(() => {
    if (key === "" || newest <= asked.current) return;
    const timer = setTimeout(() => {
      // Not while the window is hidden behind others.
      if (document.visibilityState === "hidden") return;
      asked.current = newest;
      mutate(newest);
    }, LOOK);
    return () => clearTimeout(timer);
  }, [key, newest, mutate]);
  return fresh;
}
