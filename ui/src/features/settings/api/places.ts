import {
  Bell,
  Database,
  Globe,
  HardDrive,
  Info,
  RefreshCw,
  SlidersHorizontal,
  Wrench,
} from "lucide-react";

/** The sections of the settings in order, as routes name them: `/settings/network`. */
export const places = [
  { place: "general", label: "General", icon: SlidersHorizontal, words: "start theme tray close" },
  { place: "notifications", label: "Notifications", icon: Bell, words: "quiet hours summary" },
  { place: "syncing", label: "Syncing", icon: RefreshCw, words: "parallel limits retries" },
  { place: "destinations", label: "Destinations", icon: Database, words: "database warehouse" },
  { place: "network", label: "Network", icon: Globe, words: "proxy certificates" },
  { place: "engine", label: "Engine", icon: Wrench, words: "repair versions" },
  { place: "storage", label: "Storage", icon: HardDrive, words: "logs keep days megabytes" },
  { place: "about", label: "About", icon: Info, words: "version licences data folder" },
] as const;

export type Place = (typeof places)[number]["place"];

/** The section that a route names; the first where it names none. */
export function readPlace(text: string | undefined): Place {
  return places.find(({ place }) => place === text)?.place ?? "general";
}
