import { Validator, type OutputUnit, type Schema as RawSchema } from "@cfworker/json-schema";
import type { Schema } from "./schema";
import { sentenceOf } from "./sentences";

/** Something that is wrong with a value. */
export interface Fault {
  /** Where: names of settings and fields, positions in lists. */
  path: string[];
  /** What to do about it, in plain words. */
  message: string;
  /** Nothing was entered yet: said only when somebody wants to go on. */
  missing: boolean;
}

/** Says only that something inside is wrong; what it is follows. */
const CONTAINERS = new Set([
  "properties",
  "patternProperties",
  "items",
  "prefixItems",
  "allOf",
  "$ref",
  "$dynamicRef",
  "then",
  "else",
  "if",
  "dependentSchemas",
]);

/**
 * Checks values against a JSON Schema (2020-12), without generating code: the window's security policy forbids that.
 * Build it once for a schema; each check interprets it.
 */
export class FormValidator {
  readonly #validator: Validator;
  readonly #schema: Schema;

  constructor(schema: Schema) {
    // The library writes marks into the schema it is given.
    this.#schema = structuredClone(schema);
    this.#validator = new Validator(structuredClone(schema) as RawSchema, "2020-12", false);
  }

  /** Everything that is wrong, at most one fault at each place. */
  faults(values: unknown): Fault[] {
    const instance = withoutAbsent(values);
    const found = new Map<string, Fault>();
    const put = (path: string[], message: string, missing = false) => {
      const key = JSON.stringify(path);
      if (!found.has(key)) found.set(key, { path, message, missing });
    };
    for (const unit of this.#units(instance)) {
      const path = readPointer(unit.instanceLocation);
      if (CONTAINERS.has(unit.keyword) || unit.keyword === "false") continue;
      const owner = schemaAt(this.#schema, path);
      if (unit.keyword === "required") {
        const names = at(this.#schema, readPointer(unit.keywordLocation));
        const inside = at(instance, path);
        for (const name of Array.isArray(names) ? names.map(String) : []) {
          if (typeof inside === "object" && inside !== null && name in inside) continue;
          put(
            [...path, name],
            sentenceOf("required", schemaAt(this.#schema, [...path, name])),
            true,
          );
        }
      } else if (
        unit.keyword === "additionalProperties" &&
        typeof owner.additionalProperties === "object"
      ) {
        // What is wrong with the value was reported at the value.
        continue;
      } else {
        put(path, sentenceOf(unit.keyword, owner));
      }
    }
    return [...found.values()];
  }

  #units(instance: unknown): OutputUnit[] {
    try {
      return this.#validator.validate(instance).errors;
    } catch {
      // A schema this library cannot read (a pattern of another dialect) must not stop the form: the core checks again.
      return [];
    }
  }
}

function withoutAbsent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutAbsent(one ?? null));
  if (typeof value !== "object" || value === null) return value;
  const present = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(present.map(([name, one]) => [name, withoutAbsent(one)]));
}

function readPointer(pointer: string): string[] {
  const parts = pointer.split("/").slice(1);
  return parts.map((part) => decodeURIComponent(part).replace(/~1/gu, "/").replace(/~0/gu, "~"));
}

function at(root: unknown, path: readonly string[]): unknown {
  let place: unknown = root;
  for (const name of path) {
    if (typeof place !== "object" || place === null) return undefined;
    place = (place as Record<string, unknown>)[name];
  }
  return place;
}

/** What the schema says about the value at a path; an empty schema where it says nothing. */
function schemaAt(root: Schema, path: readonly string[]): Schema {
  let place: Schema = root;
  for (const name of path) {
    const own = place.properties?.[name];
    const { items, additionalProperties } = place;
    const rest = typeof items === "object" ? items : additionalProperties;
    if (own) place = own;
    else if (typeof rest === "object") place = rest;
    else return {};
  }
  return place;
}
