import { type ConfigKey, configKeys } from "./config-keys.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** The text of each file that a `…_FILE` variable names, by the path in the variable. */
export type FileTexts = ReadonlyMap<string, string>;

/** A file with the value of a secret setting, as a variable names it. */
export interface SecretFile {
  /** `MLT_SERVE__API_KEYS_FILE` */
  readonly variable: string;
  readonly path: string;
}

/** The files that must be read before the configuration can be resolved. */
export function secretFiles(variables: Variables): readonly SecretFile[] {
  return configKeys.flatMap(({ fileVariable }) => {
    if (fileVariable === undefined) return [];
    const path = variables[fileVariable];
    return path === undefined ? [] : [{ variable: fileVariable, path }];
  });
}

/** The text of the file that is named for the setting, without the newline at its end. */
export function secretFileText(
  { fileVariable }: ConfigKey,
  variables: Variables,
  files: FileTexts,
): { readonly fileVariable: string; readonly value: string } | undefined {
  const path = fileVariable === undefined ? undefined : variables[fileVariable];
  if (fileVariable === undefined || path === undefined) return undefined;
  const text = files.get(path);
  if (text === undefined) throw new RangeError(`The file of ${fileVariable} was not read`);
  return { fileVariable, value: text.replace(/\r?\n$/, "") };
}

/** A secret that is both in a variable and in a file: nobody could say which one is meant. */
export function bothSet(variables: Variables): { readonly name: string; readonly message: string }[] {
  return configKeys.flatMap(({ variable, fileVariable }) => {
    if (fileVariable === undefined) return [];
    if (variables[variable] === undefined || variables[fileVariable] === undefined) return [];
    return [
      { name: fileVariable, message: `Both ${variable} and ${fileVariable} are set; keep one of them` },
    ];
  });
}
