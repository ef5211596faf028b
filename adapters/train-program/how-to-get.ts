/** What to do where the program of `train.command` is missing. */
export function howToGet(program: string): string {
  const [, environment] = /^(.*env)\/bin\/python[\d.]*$/.exec(program) ?? [];
  if (environment !== undefined) {
    return `Make it: python3 -m venv ${environment} && ${environment}/bin/pip install -r requirements.txt`;
  }
  if (/^python[\d.]*$/.test(program)) {
    return "Install Python 3 with the package manager of this system, such as apt-get install python3 python3-venv.";
  }
  return "Install it, or name another program in train.command of config.yaml.";
}
