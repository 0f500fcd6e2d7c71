"""What a ministry sees and does: its dashboard, registers in and out, doubles, personal data."""
