/** A schedule as it is chosen: a rhythm, and what belongs to it. */
export interface ScheduleChoice {
  rhythm: Rhythm;
  /** `HH:MM`, for daily and weekly. */
  time: string;
  day: Day;
  /** A cron expression, for custom. */
  cron: string;
}

/** Days as schedules name them. */
export const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof days)[number];

/** What days are called. */
export const dayWords: Record<Day, string> = {
  mon: "Monday",
  tue: "Tuesday",
  wed: "Wednesday",
  thu: "Thursday",
  fri: "Friday",
  sat: "Saturday",
  sun: "Sunday",
};

/** Rhythms to choose from, in the order in which they are shown. */
export const rhythms = ["off", "quarter", "hourly", "daily", "weekly", "custom"] as const;
export type Rhythm = (typeof rhythms)[number];

const fresh: ScheduleChoice = { rhythm: "off", time: "06:00", day: "mon", cron: "" };

/** Reads a schedule as it is kept; what is none of the plain rhythms is custom. */
export function readSchedule(schedule: string | null): ScheduleChoice {
  if (schedule === null || schedule === "off") return fresh;
  if (schedule === "every 15m") return { ...fresh, rhythm: "quarter" };
  if (schedule === "hourly") return { ...fresh, rhythm: "hourly" };
  const daily = /^daily (\d\d:\d\d)$/u.exec(schedule);
  if (daily?.[1]) return { ...fresh, rhythm: "daily", time: daily[1] };
  const weekly = /^weekly (\w{3}) (\d\d:\d\d)$/u.exec(schedule);
  const day = days.find((one) => one === weekly?.[1]);
  if (day && weekly?.[2]) return { ...fresh, rhythm: "weekly", day, time: weekly[2] };
  return { ...fresh, rhythm: "custom", cron: schedule };
}

/** The schedule as it is kept. */
export function writeSchedule({ rhythm, time, day, cron }: ScheduleChoice): string {
  switch (rhythm) {
    case "off":
      return "off";
    case "quarter":
      return "every 15m";
    case "hourly":
      return "hourly";
    case "daily":
      return `daily ${time}`;
    case "weekly":
      return `weekly ${day} ${time}`;
    case "custom":
      return cron.trim();
  }
}
