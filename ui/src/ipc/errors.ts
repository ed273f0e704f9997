import type { ApiError } from "./generated/ApiError";

/** Whether a caught value is what commands reject with. */
export function isApiError(value: unknown): value is ApiError {
  return (
    typeof value === "object" &&
    value !== null &&
    "code" in value &&
    "message" in value &&
    typeof value.message === "string" &&
    "hint" in value &&
    typeof value.hint === "string"
  );
}

/** Any caught value as an `ApiError`, so that every view can show what failed and what to do. */
export function toApiError(value: unknown): ApiError {
  if (isApiError(value)) return value;
  const detail = value instanceof Error ? value.message : String(value);
  return {
    code: "internal",
    message: `Something went wrong inside Tributary: ${detail}`,
    hint: "Try again. If it happens again, restart Tributary.",
    setting: null,
    fix: null,
  };
}
