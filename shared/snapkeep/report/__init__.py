"""The report: what is protected, what is not, what comes next. One model, whatever shows it."""
