/** Makes the folder the only place of caches until the end of the scope: whoever runs the tests has caches too. */
export function onlyCache(path: string): Disposable {
  const names = ["MLT_CACHE_DIR", "XDG_CACHE_HOME", "HOME", "TMPDIR"] as const;
  const outer = names.map((name) => [name, process.env[name]] as const);
  for (const name of names) process.env[name] = path;
  return {
    [Symbol.dispose]: () => {
      for (const [name, value] of outer) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    },
  };
}
