import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTransport } from "@/ipc/context";
import type { SignInProgress } from "@/ipc/generated/SignInProgress";
import type { Subject } from "@/ipc/generated/Subject";
import { signInProgressQuery, signInStatusQuery } from "@/ipc/queries";

/**
 * Signing something in: who is, what is under way, and what can be done. `before` is done first; `onDone` is told of a sign-in
 * begun here.
 */
export function useSignIn(
  subject: Subject,
  before: (() => Promise<void>) | undefined,
  onDone: (() => void) | undefined,
) {
  const transport = useTransport();
  const status = useQuery(signInStatusQuery(transport, subject));
  const told = useQuery(signInProgressQuery(subject)).data ?? null;
  const begin = useMutation({
    mutationFn: async () => {
      await before?.();
      return transport.invoke("begin_sign_in", { subject });
    },
  });
  const id = begin.data?.id ?? null;
  // What events told is newer than what was asked, as long as it is about the newest sign-in.
  const progress: SignInProgress | null =
    told !== null && (id === null || told.id === id) ? told : (status.data?.under_way ?? null);
  const started = begin.data?.id === progress?.id ? begin.data : undefined;
  const cancel = useMutation({
    mutationFn: (sign: string) => transport.invoke("cancel_sign_in", { id: sign }),
  });
  const confirm = useMutation({
    mutationFn: (sign: string) => transport.invoke("confirm_sign_in", { id: sign }),
  });
  const signOut = useMutation({ mutationFn: () => transport.invoke("sign_out", { subject }) });
  const finished = useRef<string | null>(null);
  useEffect(() => {
    if (progress?.stage !== "done" || progress.id !== id || finished.current === id) return;
    finished.current = id;
    onDone?.();
  }, [progress, id, onDone]);
  return { status, progress, started, begin, cancel, confirm, signOut };
}

/** Whether something of a sign-in is still to come. */
export function isUnderWay(progress: SignInProgress | null): progress is SignInProgress {
  return progress !== null && !["done", "failed", "cancelled"].includes(progress.stage);
}
