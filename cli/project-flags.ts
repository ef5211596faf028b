/** The flag that every verb of a project has. */
export const projectFlags = {
  dir: { type: "string", default: ".", valueHint: "folder", description: "Folder of the project" },
} as const;

/** The flag of every verb whose result a program may read. */
export const jsonFlag = {
  json: { type: "boolean", default: false, description: "Print the result as one JSON document" },
} as const;
