import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import {
  CirclePause,
  CirclePlay,
  Laptop,
  Moon,
  RefreshCw,
  Square,
  Sun,
  Wrench,
} from "lucide-react";
import { useMemo, type ReactNode } from "react";
import { ConnectorTile } from "@/components/connector-tile";
import { pauses, usePauseOfEverything } from "@/components/use-pause";
import { places } from "@/features/settings/api/places";
import { useTransport } from "@/ipc/context";
import type { Integration } from "@/ipc/generated/Integration";
import {
  useCancelRun,
  usePauseEverything,
  useResumeEverything,
  useStartRun,
} from "@/ipc/mutations";
import { integrationsQuery } from "@/ipc/queries";
import { isActive } from "@/ipc/run-status";
import { shortcut } from "@/lib/platform";
import { setTheme } from "@/lib/theme";
import { pages } from "@/app/navigation";
import type { Entry } from "./find";

/** An entry with how it looks and what it does. */
export interface Action extends Entry {
  icon: ReactNode;
  label: ReactNode;
  keys?: string;
  act: () => void;
}

/** Entries of one kind. `make` is called for those that are shown only. */
export interface Group {
  heading: string;
  /** How many are shown while nothing is typed, and when something is. */
  few: number;
  most: number;
  entries: readonly (Entry & { make: () => Omit<Action, keyof Entry> })[];
}

const nothing: readonly Integration[] = [];

/** Everything the palette can do, by kind. */
export function useGroups(): Group[] {
  const { data: integrations = nothing } = useQuery(integrationsQuery(useTransport()));
  const goTo = useGoTo();
  const fixes = useFixes(integrations);
  const open = useIntegrations(integrations);
  const syncs = useSyncs(integrations);
  const pausing = usePausing();
  return [fixes, goTo, open, syncs, pausing, themes];
}

function useGoTo(): Group {
  const router = useRouter();
  return useMemo(
    () => ({
      heading: "Go to",
      few: pages.length,
      most: 12,
      entries: [
        ...pages.map(({ to, label, icon: Icon, key }) => ({
          id: to,
          text: `Go to ${label}`,
          make: () => ({
            icon: <Icon aria-hidden />,
            label,
            keys: shortcut(key),
            act: () => void router.navigate({ to }),
          }),
        })),
        ...places.map(({ place, label, icon: Icon, words }) => ({
          id: `/settings/${place}`,
          text: `Settings ${label} ${words}`,
          make: () => ({
            icon: <Icon aria-hidden />,
            label: `Settings: ${label}`,
            act: () => void router.navigate({ to: "/settings/$place", params: { place } }),
          }),
        })),
      ],
    }),
    [router],
  );
}

/** The last problem of each integration that has one: choosing it opens the place where it is fixed. */
function useFixes(integrations: readonly Integration[]): Group {
  const router = useRouter();
  return useMemo(
    () => ({
      heading: "Needs attention",
      few: 3,
      most: 6,
      entries: integrations.flatMap(({ id, name, status, last_run, schedule_state }) => {
        const failed = status === "attention" ? last_run?.problem : null;
        const problem = schedule_state?.paused_because ?? failed;
        if (!problem) return [];
        return {
          id: `fix ${id}`,
          text: `Fix ${name} ${problem.title}`,
          make: () => ({
            icon: <Wrench aria-hidden />,
            label: `Fix ${name}: ${problem.title}`,
            act: () => router.history.push(problem.fix.route),
          }),
        };
      }),
    }),
    [integrations, router],
  );
}

function useIntegrations(integrations: readonly Integration[]): Group {
  const router = useRouter();
  return useMemo(
    () => ({
      heading: "Integrations",
      few: 6,
      most: 8,
      entries: integrations.map(({ id, name, type }) => ({
        id: `open ${id}`,
        text: `Open ${name}`,
        make: () => ({
          icon: <ConnectorTile type={type} size="small" />,
          label: name,
          act: () => void router.navigate({ to: "/integrations/$id", params: { id } }),
        }),
      })),
    }),
    [integrations, router],
  );
}

function useSyncs(integrations: readonly Integration[]): Group {
  const { mutate: start } = useStartRun();
  const { mutate: cancel } = useCancelRun();
  return useMemo(() => {
    const able = integrations.filter(({ status }) => status !== "draft");
    const working = able.filter(({ last_run: run }) => run && isActive(run.status));
    const resting = able.filter(({ last_run: run }) => !run || !isActive(run.status));
    return {
      heading: "Sync",
      few: 4,
      most: 8,
      entries: [
        ...working.map(({ id, name, last_run: run }) => ({
          id: `cancel ${id}`,
          text: `Cancel the sync of ${name}`,
          make: () => ({
            icon: <Square aria-hidden />,
            label: `Cancel the sync of ${name}`,
            act: () => run && cancel(run.id),
          }),
        })),
        ...resting.map(({ id, name }) => ({
          id: `sync ${id}`,
          text: `Sync ${name} now`,
          make: () => ({
            icon: <RefreshCw aria-hidden />,
            label: `Sync ${name} now`,
            act: () => start({ id }),
          }),
        })),
      ],
    };
  }, [integrations, start, cancel]);
}

function usePausing(): Group {
  const pause = usePauseOfEverything();
  const { mutate: start } = usePauseEverything();
  const { mutate: end } = useResumeEverything();
  const paused = pause !== null;
  return {
    heading: "Pausing",
    few: 1,
    most: 5,
    entries: [
      ...(paused
        ? [
            {
              id: "resume",
              text: "Resume everything syncing",
              make: () => ({
                icon: <CirclePlay aria-hidden />,
                label: "Resume everything",
                act: () => end(),
              }),
            },
          ]
        : []),
      ...pauses.map(({ pause: how, label }) => ({
        id: `pause ${how}`,
        text: `Pause everything syncing ${label}`,
        make: () => ({
          icon: <CirclePause aria-hidden />,
          label: `Pause everything ${label.charAt(0).toLowerCase()}${label.slice(1)}`,
          act: () => start(how),
        }),
      })),
    ],
  };
}

const themes: Group = {
  heading: "Theme",
  few: 3,
  most: 3,
  entries: [
    {
      id: "light",
      text: "Theme light",
      make: () => ({
        icon: <Sun aria-hidden />,
        label: "Light theme",
        act: () => setTheme("light"),
      }),
    },
    {
      id: "dark",
      text: "Theme dark",
      make: () => ({
        icon: <Moon aria-hidden />,
        label: "Dark theme",
        act: () => setTheme("dark"),
      }),
    },
    {
      id: "system",
      text: "Theme system",
      make: () => ({
        icon: <Laptop aria-hidden />,
        label: "Theme of the system",
        act: () => setTheme("system"),
      }),
    },
  ],
};
