/** Set in the environment of a coordinator that runs in the lab. */
export const LAB_VARIABLE = 'COORDINATOR_LAB';

/** Whether this is such a coordinator: its machine is emulated itself. */
export const isInLab = (): boolean => LAB_VARIABLE in process.env;
