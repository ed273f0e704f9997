import type { NoticeKind } from "@/ipc/generated/NoticeKind";

/** What a notice is about, for those who hear the list. */
export const kindWords: Record<NoticeKind, string> = {
  failure: "Failed",
  recovery: "Works again",
  paused_itself: "Paused itself",
  summary: "Summary of a day",
  restored: "Restored",
};
