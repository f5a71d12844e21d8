import type { Command } from 'commander';

/** The group `fanzha eval`, made by whichever of its commands registers first. */
export function evalCommand(program: Command): Command {
  return (
    program.commands.find((command) => command.name() === 'eval') ??
    program.command('eval').description('measure how well events are decided · 评测')
  );
}
