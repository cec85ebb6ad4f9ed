import { CoordinatorError, messageOf } from '@coordinator/base/errors';
import { Lab, LabFolder } from '@coordinator/lab';
import type { ListedGuest } from '../recovery/index.ts';

/** All labs of this user that take commands: those that stay up, and those that a run has for itself. */
export function usableLabs(): Lab[] {
  return LabFolder.all().flatMap(({ id }) => Lab.find(id) ?? []);
}

/** The guests that run in a lab, as the coordinator in it lists them. @throws CoordinatorError */
export async function guestsIn(lab: Lab): Promise<ListedGuest[]> {
  let listed = '';
  const { exited } = lab.exec(['coordinator', 'guests', '--json'], {
    onStdout: (bytes) => {
      listed += bytes.toString();
    },
  });
  try {
    await exited;
    return JSON.parse(listed) as ListedGuest[];
  } catch (error) {
    throw new CoordinatorError(`the guests in the lab cannot be listed: ${messageOf(error)}`, {
      remedy: 'coordinator lab status says what became of it',
    });
  }
}
