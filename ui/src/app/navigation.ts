import { Activity, Settings, Waypoints } from "lucide-react";

/** The pages of the sidebar, in order. Each is reached with the modifier and its key. */
export const pages = [
  { to: "/integrations", label: "Integrations", icon: Waypoints, key: "1" },
  { to: "/activity", label: "Activity", icon: Activity, key: "2" },
  { to: "/settings", label: "Settings", icon: Settings, key: "," },
] as const;
