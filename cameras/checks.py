"""What the machine must offer for cameras to be verified safely."""
