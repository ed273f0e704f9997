import { Activity, Settings, Table2, Store, Waypoints } from "lucide-react";

/** The pages of the sidebar, in order. Each is reached with the modifier and its key. */
export const pages = [
  { to: "/integrations", label: "Integrations", icon: Waypoints, key: "1" },
  { to: "/activity", label: "Activity", icon: Activity, key: "2" },
  { to: "/marketplace", label: "Marketplace", icon: Store, key: "3" },
  { to: "/data", label: "Data", icon: Table2, key: "4" },
  { to: "/settings", label: "Settings", icon: Settings, key: "," },
] as const;
