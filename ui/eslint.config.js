import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import { globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const tauri = {
  group: ["@tauri-apps/*"],
  message: "Only src/ipc/tauri-transport.ts speaks to Tauri.",
};
const parents = {
  group: ["../*"],
  message: "Import other folders as @/..., so that the layer rules see them.",
};

/** One layer: the files it holds and the folders it must not import. */
function layer(files, forbidden, message) {
  return {
    files,
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [tauri, parents, { group: forbidden, message }] },
      ],
    },
  };
}

const features = [
  "engine",
  "integrations",
  "marketplace",
  "notices",
  "runs",
  "settings",
  "setup",
  "welcome",
];

export default tseslint.config(
  globalIgnores(["dist", "bench", "src/ipc/generated", "public"]),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  reactHooks.configs.flat["recommended-latest"],
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      eqeqeq: "error",
      "no-console": "error",
      "no-restricted-imports": ["error", { patterns: [tauri, parents] }],
    },
  },
  // Imports point one way: lib <- ipc <- components <- features <- app.
  layer(
    ["src/lib/**"],
    ["@/ipc/*", "@/components/*", "@/features/*", "@/app/*"],
    "lib stands at the bottom and imports no other layer.",
  ),
  layer(
    ["src/ipc/**"],
    ["@/components/*", "@/features/*", "@/app/*"],
    "ipc knows nothing of what is shown.",
  ),
  layer(
    ["src/components/ui/**"],
    ["@/ipc/*", "@/features/*", "@/app/*", "@/components/*", "!@/components/ui/*"],
    "components/ui only styles: it knows neither data nor features.",
  ),
  layer(["src/components/*"], ["@/features/*", "@/app/*"], "Shared components know no feature."),
  ...features.map((feature) =>
    layer(
      [`src/features/${feature}/**`],
      ["@/app/*", ...features.filter((other) => other !== feature).map((o) => `@/features/${o}/*`)],
      "Features know neither the app nor each other; what two of them need belongs into components or ipc.",
    ),
  ),
  {
    files: ["src/ipc/tauri-transport.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [parents] }] },
  },
  { files: ["**/*.js"], extends: [tseslint.configs.disableTypeChecked] },
);
