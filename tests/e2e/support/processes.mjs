// Looks at processes through /proc. A process is known by its number and its start, because numbers are used again.
import { readFileSync, readdirSync, readlinkSync } from "node:fs";

function read(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in brackets and may itself hold spaces and brackets.
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { pid, name, state: fields[0], parent: Number(fields[1]), start: fields[19] };
  } catch {
    return null; // It has ended meanwhile.
  }
}

function all() {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => read(Number(entry)))
    .filter((process) => process !== null);
}

/** The process that runs `program` with `NAME=value` in its environment, if there is one. */
export function find(program, variable) {
  return all().find(({ pid }) => {
    try {
      return (
        readlinkSync(`/proc/${pid}/exe`) === program &&
        readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(variable)
      );
    } catch {
      return false;
    }
  });
}

/** Everything a process has started, directly and indirectly. */
export function descendants(root) {
  const processes = all();
  const found = [];
  const parents = [root.pid];
  while (parents.length > 0) {
    const parent = parents.pop();
    for (const process of processes.filter((candidate) => candidate.parent === parent)) {
      found.push(process);
      parents.push(process.pid);
    }
  }
  return found;
}

/** Whether it still runs. One that has ended and only waits to be collected does not. */
export function isAlive({ pid, start }) {
  const now = read(pid);
  return now !== null && now.start === start && now.state !== "Z";
}

/** Processes whose working folder or arguments lie in a folder. */
export function usersOf(folder) {
  return all().filter(({ pid }) => {
    try {
      return (
        readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) ||
        readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder)
      );
    } catch {
      return false;
    }
  });
}
