# profctl, the command.
