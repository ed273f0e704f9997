/**
 * The system's language, for the order of dates. What some systems answer (`C`, where no language is set) is none that can be
 * used: then English, as the words of the app.
 */
export function usableLanguage(asked: string): string {
  try {
    return Intl.getCanonicalLocales(asked)[0] ?? "en";
  } catch {
    return "en";
  }
}
