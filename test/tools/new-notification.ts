import { scaffoldNotification } from './scaffold-notification.js';

const [name] = process.argv.slice(2);
if (name === undefined || name.startsWith('-')) {
  process.stderr.write(
    'npm run new:notification -- NAME\n\nMakes the skeleton of a notification in the catalogue.\n',
  );
  process.exit(64);
}
try {
  const steps = scaffoldNotification(process.cwd(), name);
  const lines = steps.map((step, index) => `  ${index + 1}. ${step}`);
  process.stdout.write(`${name} has a skeleton. What is left to do:\n\n${lines.join('\n')}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
