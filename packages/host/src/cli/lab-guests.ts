import { CoordinatorError, messageOf } from '@coordinator/base/errors';
import { Lab, LabFolder } from '@coordinator/lab';
import type { ListedGuest } from '@coordinator/runner/recovery';
import { tell } from './print.ts';

/** A lab is given so long to answer: it is an emulated machine, and may have much to do. */
const ANSWER_MS = 30_000;
const COMPLAINT_CHARACTERS = 2000;

/** The part of a lab that answers. */
export type AnsweringLab = Pick<Lab, 'exec' | 'folder'>;

/** A guest that runs in a lab, where its pid is. */
export type LabGuest = ListedGuest & { readonly lab: Lab };

/** All labs of this user that take commands: those that stay up, and those that a run has for itself. */
export function usableLabs(): Lab[] {
  return LabFolder.all().flatMap(({ id }) => Lab.find(id) ?? []);
}

/** The guests in all of them. A lab that is lost meanwhile, or does not answer, is named, and hides no others' guests. */
export async function guestsInLabs(): Promise<LabGuest[]> {
  const asked = usableLabs().map(async (lab) => {
    try {
      return (await guestsIn(lab)).map((guest) => ({ ...guest, lab }));
    } catch (error) {
      tell(`coordinator: the guests in ${nameOf(lab)} are not known: ${messageOf(error)}\n`);
      return [];
    }
  });
  return (await Promise.all(asked)).flat();
}

/** The guests that run in a lab, as the coordinator in it lists them. @throws CoordinatorError */
export async function guestsIn(lab: AnsweringLab, limitMs?: number): Promise<ListedGuest[]> {
  const listed = await runInLab(lab, ['coordinator', 'guests', '--json'], limitMs);
  try {
    return JSON.parse(listed) as ListedGuest[];
  } catch (error) {
    throw new CoordinatorError(`it gave no list: ${messageOf(error)}`);
  }
}

/**
 * Runs a command in a lab that is soon done. @returns what it printed
 * @throws CoordinatorError when it failed, with its own words, or took too long
 */
export async function runInLab(
  lab: AnsweringLab,
  argv: readonly string[],
  limitMs = ANSWER_MS,
): Promise<string> {
  let [printed, complaint] = ['', ''];
  const signal = AbortSignal.timeout(limitMs);
  const { exited } = lab.exec(argv, {
    signal,
    onStdout: (bytes) => {
      printed += bytes.toString();
    },
    onStderr: (bytes) => {
      complaint = `${complaint}${bytes.toString()}`.slice(-COMPLAINT_CHARACTERS);
    },
  });
  const { code, problem } = await exited.catch((error: unknown) => {
    throw signal.aborted
      ? new CoordinatorError(`${nameOf(lab)} has not answered for ${limitMs / 1000} s`, {
          remedy: 'coordinator lab status says what became of it',
        })
      : error;
  });
  if (code === 0) return printed;
  const [said = `status ${code}`] = complaint.split('\n').filter((line) => line !== '');
  throw new CoordinatorError(problem ?? said.replace(/^coordinator: /, ''));
}

const nameOf = ({ folder }: AnsweringLab): string => `the lab "${folder.id}"`;
