import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { copyEmbedded } from '../binaries/embedded-binaries.js';
import type { Binaries } from '../binaries/find-binaries.js';
import { majorOf, relocate, type DataLayout, type Place } from '../cluster/data-layout.js';
import { PostgresLaunchError, type LaunchInternals, type LaunchOptions } from '../contract.js';
import {
  canEnter,
  canRunPostgres,
  canWriteTo,
  hasName,
  isRoot,
  unprivilegedAccounts,
  type OsUser,
  type RunAs,
} from './run-as.js';

const RELOCATION_ROOT = '/var/lib/chargelog';

/** What one launch was asked to do. */
export interface Launch {
  readonly layout: DataLayout;
  readonly options: LaunchOptions;
  readonly internals: LaunchInternals;
  readonly password: string;
}

/** Everything that decides how the server is run. */
export interface Host {
  readonly runAs: RunAs;
  readonly place: Place;
  readonly binaries: Binaries;
}

/**
 * Finds a user that Postgres can run as, together with a place and binaries that this user can reach.
 *
 * @throws PostgresLaunchError `no-account`, `data-directory-unusable` or `binaries-unusable`
 */
export async function chooseHost(launch: Launch, place: Place, binaries: Binaries): Promise<Host> {
  if (!isRoot() && hasName()) return { runAs: { kind: 'self' }, place, binaries };

  const accounts = await unprivilegedAccounts();
  if (launch.internals.forceOsUser !== true) {
    // initdb looks the id up, so it must be one that has a name; 65534 is `nobody` nearly everywhere.
    const uid = accounts.find(({ name }) => name === 'nobody')?.uid ?? accounts[0]?.uid ?? 65_534;
    const runAs: RunAs = { kind: 'user-namespace', uid };
    if ((await canWriteTo(runAs, place.directory)) && (await canRunPostgres(runAs, binaries.binDir))) {
      return { runAs, place, binaries };
    }
  }
  // Not root and without a name: initdb will say so on a first start; an existing cluster runs all the same.
  if (!isRoot()) return { runAs: { kind: 'self' }, place, binaries };

  for (const user of accounts) {
    // Without CAP_SETUID even root can become nobody else.
    if (!(await canEnter(user, '/'))) continue;
    const reachable = await reachablePlace(user, launch, place);
    return { runAs: user, place: reachable, binaries: await reachableBinaries(user, reachable, binaries) };
  }
  throw new PostgresLaunchError(
    'no-account',
    `Postgres refuses to run as root, and neither \`unshare --user\` nor a change to the user postgres or nobody is ` +
      `permitted here. Run the gateway as a normal user, or set DATABASE_URL.`,
  );
}

/** The present place where the user can reach it, else a new one outside the data directory if there is no data yet. */
async function reachablePlace(user: OsUser, launch: Launch, wanted: Place): Promise<Place> {
  const { layout, options, internals } = launch;
  // The user must pass through; what lies directly in there (password, log) has modes of its own.
  await chmod(wanted.directory, 0o711);
  if (await canEnter(user, wanted.directory)) return wanted;
  if (wanted.directory !== layout.home || (await majorOf(wanted)) !== undefined) {
    throw new PostgresLaunchError(
      'data-directory-unusable',
      `Postgres cannot run as root and the user ${user.name} cannot reach its database in ${wanted.directory}. ` +
        `Make every parent folder passable (chmod o+x), run the gateway as a normal user, ` +
        `or permit user namespaces (\`unshare --user\`).`,
    );
  }
  const place = await relocate(layout, internals.relocationRoot ?? RELOCATION_ROOT);
  if (!(await canEnter(user, place.directory))) {
    throw new PostgresLaunchError(
      'data-directory-unusable',
      `Postgres cannot run as root and the user ${user.name} can reach neither ${wanted.directory} nor ` +
        `${place.directory}. Make the parent folders of one of them passable (chmod o+x) or run as a normal user.`,
    );
  }
  options.log(
    'warn',
    'the database is placed outside the data directory; keep both, backups and volumes need both',
    {
      dataDirectory: layout.home,
      database: place.directory,
      because: `Postgres runs as the user ${user.name}, who cannot reach the data directory`,
    },
  );
  return place;
}

async function reachableBinaries(user: OsUser, place: Place, found: Binaries): Promise<Binaries> {
  if (await canRunPostgres(user, found.binDir)) return found;
  // Only the npm package can be moved as a whole; a system installation has its parts all over the system.
  if (found.origin === 'embedded') {
    const binDir = await copyEmbedded(found.binDir, join(place.directory, 'binaries'));
    if (await canRunPostgres(user, binDir)) return { ...found, binDir };
  }
  throw new PostgresLaunchError(
    'binaries-unusable',
    `the user ${user.name}, whom Postgres has to run as, cannot execute ${found.binDir}/postgres. ` +
      `Make its parent folders passable (chmod o+x) or run the gateway as a normal user.`,
  );
}
