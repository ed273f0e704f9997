import { useQuery } from "@tanstack/react-query";
import { Select } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { SettingsProvider, useSettings, useSettingsKeeper } from "@/features/settings/api/scope";
import { useTransport } from "@/ipc/context";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";
import type { NotificationRule } from "@/ipc/generated/NotificationRule";
import { settingsQuery } from "@/ipc/queries";
import { refusalText, Row, useRowIds } from "./setting-rows";

interface IntegrationNotificationsProps {
  id: IntegrationId;
}

/** What native notifications tell of one integration. Empty while the choices cannot be read: the settings page says why. */
export function IntegrationNotifications({ id }: IntegrationNotificationsProps) {
  const settings = useQuery(settingsQuery(useTransport()));
  const keeper = useSettingsKeeper(settings.data);
  if (settings.isPending) return <Skeleton className="m-4 h-9" />;
  if (!keeper) return null;
  return (
    <SettingsProvider value={keeper}>
      <RuleRow id={id} />
    </SettingsProvider>
  );
}

function RuleRow({ id }: IntegrationNotificationsProps) {
  const { settings, change, refusedFor } = useSettings();
  const ids = useRowIds();
  const { notifications } = settings;
  const choose = (value: string) => {
    const others = Object.entries(notifications.rules).filter(([other]) => other !== id);
    const rules = Object.fromEntries(isRule(value) ? [...others, [id, value]] : others);
    change({ notifications: { ...notifications, rules } });
  };
  return (
    <Row
      title="Notifications"
      detail="What happens is kept under Activity in any case."
      ids={ids}
      error={refusalText(refusedFor("notifications.rules"))}
    >
      <Select
        className="w-auto"
        aria-labelledby={ids.title}
        aria-describedby={ids.detail}
        value={notifications.rules[id] ?? "usual"}
        onChange={({ target }) => choose(target.value)}
      >
        <option value="usual">As for all integrations</option>
        <option value="always">Always, also in quiet hours</option>
        <option value="never">Never</option>
      </Select>
    </Row>
  );
}

function isRule(value: string): value is NotificationRule {
  return value === "always" || value === "never";
}
