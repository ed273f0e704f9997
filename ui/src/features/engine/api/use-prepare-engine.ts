import { useMutation, useMutationState, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";
import type { ApiError } from "@/ipc/generated/ApiError";
import type { EngineProgress } from "@/ipc/generated/EngineProgress";
import { engineProgressQuery, engineQuery } from "@/ipc/queries";

const KEY = ["prepare_engine"];

/** What preparing the engine is at. */
export type Preparation =
  | { state: "idle" }
  | { state: "working"; progress: EngineProgress | null }
  | { state: "failed"; error: ApiError };

/** Prepares or repairs the engine. Its failure is shown in the banner, so it needs no toast. */
export function usePrepareEngine() {
  const transport = useTransport();
  const client = useQueryClient();
  return useMutation({
    mutationKey: KEY,
    mutationFn: async (how: "prepare" | "repair") => {
      await transport.invoke(how === "repair" ? "repair_engine" : "prepare_engine", {});
    },
    meta: { quiet: true },
    onSettled: () => {
      client.setQueryData(engineProgressQuery.queryKey, null);
      void client.invalidateQueries({ queryKey: ["engine"] });
      void client.invalidateQueries({ queryKey: ["connectors"] });
    },
  });
}

/** What preparing the engine is at, whoever began it. */
export function usePreparation(): Preparation {
  const { data: progress } = useQuery(engineProgressQuery);
  const engine = useQuery(engineQuery(useTransport()));
  const last = useMutationState({
    filters: { mutationKey: KEY },
    select: ({ state }) => ({ status: state.status, error: state.error }),
  }).at(-1);
  if (last?.status === "pending" || progress) {
    return { state: "working", progress: progress ?? null };
  }
  if (last?.status === "error" && engine.data?.ready !== true) {
    return { state: "failed", error: toApiError(last.error) };
  }
  return { state: "idle" };
}

/** Prepares the engine by itself, once, when the app finds that it is not ready. */
export function useAutoPrepare(): void {
  const engine = useQuery(engineQuery(useTransport()));
  const { mutate } = usePrepareEngine();
  const begun = useMutationState({ filters: { mutationKey: KEY } }).length > 0;
  const needed = engine.data?.ready === false && !begun;
  useEffect(() => {
    if (needed) mutate("prepare");
  }, [needed, mutate]);
}
